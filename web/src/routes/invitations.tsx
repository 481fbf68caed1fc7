import { createFileRoute } from "@tanstack/react-router";
import { InvitationPage } from "#features/invitation/page.tsx";

export const Route = createFileRoute("/invitations")({ component: InvitationPage });
