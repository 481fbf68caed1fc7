import type { ErrorComponentProps } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { mayReloadFor, reloadOnce } from "#lib/lost-part.ts";
import { useTitle } from "#lib/title.ts";
import { Button } from "#ui/button.tsx";
import { PageSpinner } from "#ui/page-spinner.tsx";

/** The page itself failed. It comes with the first file, and small, as it must be there when another file is not. */
export function BrokenPage({ error }: Pick<ErrorComponentProps, "error">) {
  const [isReloading] = useState(() => mayReloadFor(error));

  useTitle(isReloading ? undefined : "Error");
  useEffect(() => {
    if (isReloading) {
      reloadOnce();
    }
  }, [isReloading]);

  return isReloading ? (
    <PageSpinner />
  ) : (
    <main className="grid min-h-dvh content-center justify-items-center gap-2 p-6 text-center">
      <h1 className="text-xl font-semibold">This page didn’t work</h1>
      <p className="text-fg-2">A part of it is missing or broken. Try again; what you typed is kept.</p>
      <Button variant="primary" size="large" onClick={() => window.location.reload()}>
        Try again
      </Button>
    </main>
  );
}
