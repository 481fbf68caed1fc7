import { createFileRoute } from "@tanstack/react-router";
import { readFilter } from "#features/organization-devices/filter.ts";
import { DevicesPage } from "#features/organization-devices/page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/devices/")({
  validateSearch: readFilter,
  component: DevicesPage,
});
