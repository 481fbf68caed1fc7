import { MissingView } from "./views.tsx";

/** An unknown address. */
export function MissingPage() {
  return (
    <main className="grid min-h-dvh place-items-center bg-bg">
      <MissingView />
    </main>
  );
}
