import type { ErrorComponentProps } from "@tanstack/react-router";
import { createContext, use, useEffect, useState } from "react";
import { isLostPart, isReachable, mayReloadFor, reloadOnce } from "#lib/lost-chunk.ts";
import { useTitle } from "#lib/title.ts";
import { Button } from "#ui/button.tsx";
import { PageSpinner } from "#ui/page-spinner.tsx";

/** True if the navigation stays beside what failed. */
export const InShell = createContext(false);

const retryMs = 5_000;

/**
 * `first`: whether a reload may restore a missing part. `again`: somebody requested a reload, as soon as the site
 * answers.
 */
type Phase = "first" | "again" | "offline" | "failed";

/**
 * The page itself failed. This is in the first file, and small, because it must work when another file is missing.
 * Without a network it waits: a reload would lead to the browser's own error page.
 */
export function BrokenPage({ error }: Pick<ErrorComponentProps, "error">) {
  const [phase, setPhase] = useState<Phase>(isLostPart(error) ? "first" : "failed");
  const isOffline = phase === "offline";
  const isLooking = phase === "first" || phase === "again";
  const Frame = use(InShell) ? "div" : "main";
  useTitle(isLooking ? undefined : isOffline ? "Offline" : "Error");

  useEffect(() => {
    let isOver = phase === "failed";
    async function look() {
      const isThere = !isOver && (await isReachable());
      if (!isOver) {
        if (isThere && (phase !== "first" || mayReloadFor(error))) {
          reloadOnce();
        } else {
          setPhase(isThere ? "failed" : "offline");
        }
      }
    }
    const lookNow = () => void look();
    lookNow();
    const timer = setInterval(lookNow, retryMs);
    addEventListener("online", lookNow);
    return () => {
      isOver = true;
      clearInterval(timer);
      removeEventListener("online", lookNow);
    };
  }, [phase, error]);

  return isLooking ? (
    <PageSpinner />
  ) : (
    <Frame className="grid min-h-[60dvh] content-center justify-items-center gap-2 p-6 text-center">
      <h1 className="text-xl font-semibold">{isOffline ? "No connection" : "Something went wrong on this page"}</h1>
      <p className="text-fg-2">
        {isOffline ? "It opens when you are back online." : "A part of it is missing or broken."} Your input is kept.
      </p>
      <Button variant="primary" size="large" onClick={() => setPhase("again")}>
        Try again
      </Button>
    </Frame>
  );
}
