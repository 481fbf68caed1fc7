import { createFileRoute } from "@tanstack/react-router";
import { WorkspacePage } from "#features/organization/workspace-page.tsx";

export const Route = createFileRoute("/_signed-in/")({ component: WorkspacePage });
