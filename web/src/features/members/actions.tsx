import { useLocation } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { whyBlocked } from "#features/organization/blocked.ts";
import { may } from "#features/organization/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { ExportButton } from "./export-button.tsx";

const LeaveDialog = opened(async () => (await import("./leave-dialog.tsx")).LeaveDialog);

/** Actions for all members. */
export function PeopleActions({ organization }: { organization: Organization }) {
  const isInvitations = useLocation({ select: ({ pathname }) => pathname.endsWith("/invitations") });
  const what = isInvitations ? "invitations" : "members";
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      {may(organization.role, isInvitations ? "invitation.export" : "member.export") && (
        <ExportButton key={what} organization={organization} what={what} />
      )}
      <Button
        blocked={whyBlocked(organization, "member.leave", { target: { isOwn: true } })}
        onClick={() => setLeaving(true)}
      >
        <LogOut />
        Leave
      </Button>
      <LeaveDialog organization={organization} isOpen={isLeaving} onClose={() => setLeaving(false)} />
    </>
  );
}
