import { createRouter } from "@tanstack/react-router";
import { BrokenPage } from "#features/failure/broken-page.tsx";
import { PageSpinner } from "#ui/page-spinner.tsx";
import { routeTree } from "./routeTree.gen.ts";

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: PageSpinner,
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
  // what a page does not know in its address, or cannot read, it does not get
  search: { strict: true },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
