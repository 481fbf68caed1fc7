import { createFileRoute } from "@tanstack/react-router";
import { readFilter } from "#features/members/filter.ts";
import { MembersPage } from "#features/members/page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/members")({
  validateSearch: readFilter,
  component: MembersPage,
});
