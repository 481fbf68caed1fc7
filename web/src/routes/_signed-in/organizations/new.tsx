import { createFileRoute } from "@tanstack/react-router";
import { CreatePage } from "#features/organization/create-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/new")({ component: CreatePage });
