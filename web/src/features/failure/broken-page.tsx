import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { isLostPart, mayReloadFor, reloadOnce } from "#lib/lost-part.ts";
import { PageSpinner } from "#ui/page-spinner.tsx";
import { BrokenView } from "./broken.tsx";

/** The page itself failed. It comes with the first file, as it must be there when another file is not. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const [isReloading] = useState(() => mayReloadFor(error));

  useEffect(() => {
    if (isReloading) {
      reloadOnce();
    }
  }, [isReloading]);

  return isReloading ? <PageSpinner /> : <Broken error={error} reset={reset} />;
}

function Broken({ error, reset }: Pick<ErrorComponentProps, "error" | "reset">) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);

  async function retry() {
    setBusy(true);
    if (isLostPart(error)) {
      window.location.reload();
      return;
    }
    await router.invalidate();
    reset();
    setBusy(false);
  }

  return (
    <main className="grid min-h-dvh place-items-center bg-bg">
      <BrokenView error={error} onRetry={() => void retry()} isBusy={isBusy} />
    </main>
  );
}
