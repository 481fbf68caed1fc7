import { createFileRoute } from "@tanstack/react-router";
import { OverviewPage } from "#features/organization/overview-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/")({ component: OverviewPage });
