import { createRootRoute, Outlet } from "@tanstack/react-router";
import { BrokenPage } from "#features/failure/broken-page.tsx";
import { MissingPage } from "#features/failure/missing.tsx";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
});
