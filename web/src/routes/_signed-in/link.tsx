import { createFileRoute } from "@tanstack/react-router";
import { LinkPage } from "#features/devices/link-page.tsx";

export const Route = createFileRoute("/_signed-in/link")({ component: LinkPage });
