import { createFileRoute } from "@tanstack/react-router";
import { ImportsPage } from "#features/imports/list-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/imports/")({ component: ImportsPage });
