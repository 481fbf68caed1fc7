import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { Organization } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

type Exported = "members" | "invitations" | "updates" | "ledger";

const files: Record<Exported, { path: string; saved: string }> = {
  members: { path: "members/export", saved: "The members were saved" },
  invitations: { path: "invitations/export", saved: "The invitations were saved" },
  updates: { path: "feed/export/csv", saved: "The updates were saved" },
  ledger: { path: "billing/ledger/export", saved: "The seat ledger was saved" },
};

/** Saves a list of an organization as a CSV file. */
export function useExport({ id, name }: Organization, what: Exported) {
  return useMutation({
    mutationFn: async () => {
      const { exportFile } = await import("#lib/export.ts");
      await exportFile(`/api/v1/organizations/${id}/${files[what].path}`, `${fileName(name, what)}.csv`);
    },
    onSuccess: () => toast(`${files[what].saved} as a CSV file`),
    onError: (error) => toastFailure("Nothing was exported", error),
  });
}

/** The name of a file without its extension: the organization, what it holds, and the day. */
export function fileName(organization: string, what: Exported) {
  const plain = organization
    .normalize("NFKD")
    .replace(/[^\w]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const today = new Date().toISOString().slice(0, 10);
  return [plain.toLowerCase(), what, today].filter(Boolean).join("-");
}

export function ExportButton({ organization, what }: { organization: Organization; what: Exported }) {
  const run = useExport(organization, what);
  return (
    <Button isBusy={run.isPending} onClick={() => run.mutate()}>
      <Download />
      Export {what}
    </Button>
  );
}
