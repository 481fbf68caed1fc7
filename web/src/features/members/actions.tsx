import { useMutation } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { Download, LogOut } from "lucide-react";
import { lazy, useState } from "react";
import { may } from "#features/organization/rights.ts";
import type { Organization } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";
import { toast } from "#ui/toast.ts";
import { WhenFirst } from "#ui/when-first.tsx";

const LeaveDialog = lazy(() => import("./leave-dialog.tsx").then((file) => ({ default: file.LeaveDialog })));

/** What can be done about the people as a whole. */
export function PeopleActions({ organization }: { organization: Organization }) {
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      <ExportButton organization={organization} />
      <Button onClick={() => setLeaving(true)}>
        <LogOut />
        Leave
      </Button>
      <WhenFirst isOpen={isLeaving}>
        <LeaveDialog organization={organization} isOpen={isLeaving} onClose={() => setLeaving(false)} />
      </WhenFirst>
    </>
  );
}

function ExportButton({ organization: { id, name, role } }: { organization: Organization }) {
  const isInvitations = useLocation({ select: ({ pathname }) => pathname.endsWith("/invitations") });
  const what = isInvitations ? "invitations" : "members";
  const run = useMutation({
    mutationFn: async () => {
      const { exportFile } = await import("#lib/export.ts");
      await exportFile(`/api/v1/organizations/${id}/${what}/export`, fileName(name, what));
    },
    onSuccess: () => toast(`The ${what} are saved as a CSV file`),
    onError: (error) => toast("Nothing was exported", { description: toSentence(error), type: "error" }),
  });
  if (!may(role, isInvitations ? "invitation.export" : "member.export")) {
    return null;
  }
  return (
    <Button isBusy={run.isPending} onClick={() => run.mutate()}>
      <Download />
      Export {what}
    </Button>
  );
}

function fileName(organization: string, what: string) {
  const plain = organization
    .normalize("NFKD")
    .replace(/[^\w]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const today = new Date().toISOString().slice(0, 10);
  return `${[plain.toLowerCase(), what, today].filter(Boolean).join("-")}.csv`;
}
