import { MissingView } from "./views.tsx";

/** An address that leads nowhere. */
export function MissingPage() {
  return (
    <main className="grid min-h-dvh place-items-center bg-bg">
      <MissingView />
    </main>
  );
}
