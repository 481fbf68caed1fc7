import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { BrokenView, MissingView } from "./view.tsx";

/** An address that leads nowhere. */
export function MissingPage() {
  return (
    <Page>
      <MissingView />
    </Page>
  );
}

/** The page itself failed; trying again loads it anew. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);

  async function retry() {
    setBusy(true);
    await router.invalidate();
    reset();
    setBusy(false);
  }

  return (
    <Page>
      <BrokenView error={error} onRetry={() => void retry()} isBusy={isBusy} />
    </Page>
  );
}

function Page({ children }: { children: ReactNode }) {
  return <main className="grid min-h-dvh place-items-center bg-bg">{children}</main>;
}
