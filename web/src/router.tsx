import { createRouter } from "@tanstack/react-router";
import { routeTree } from "./routeTree.gen.ts";

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: Pending,
  scrollRestoration: true,
});

/** Only a slow network ever shows this: a page's code has not come yet. */
function Pending() {
  return (
    <div className="grid min-h-dvh place-items-center text-fg-3">
      <output aria-label="Loading" className="spinner size-6" />
    </div>
  );
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
