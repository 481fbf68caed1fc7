import { createFileRoute } from "@tanstack/react-router";
import { OrganizationsPage } from "#features/organization/organizations-page.tsx";

export const Route = createFileRoute("/_signed-in/")({ component: OrganizationsPage });
