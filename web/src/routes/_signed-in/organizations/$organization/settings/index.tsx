import { createFileRoute, redirect } from "@tanstack/react-router";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/")({
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/organizations/$organization/settings/general", params });
  },
});
