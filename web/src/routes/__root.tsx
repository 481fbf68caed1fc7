import { createRootRoute, lazyRouteComponent, Outlet } from "@tanstack/react-router";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import("#features/failure/pages.tsx"), "MissingPage"),
  errorComponent: lazyRouteComponent(() => import("#features/failure/pages.tsx"), "BrokenPage"),
});
