import { createFileRoute } from "@tanstack/react-router";
import { OrganizationsPage } from "#features/organizations/list-page.tsx";

export const Route = createFileRoute("/_signed-in/")({ component: OrganizationsPage });
