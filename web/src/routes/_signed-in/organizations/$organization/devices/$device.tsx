import { createFileRoute } from "@tanstack/react-router";
import { DevicePage } from "#features/organization-devices/device-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/devices/$device")({
  component: DevicePage,
});
