import { createRootRoute, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { BrokenPage } from "#features/failure/broken-page.tsx";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import("#features/failure/missing-page.tsx"), "MissingPage"),
  errorComponent: BrokenPage,
});
