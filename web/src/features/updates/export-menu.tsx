import { useMutation } from "@tanstack/react-query";
import { Braces, Download, Table2 } from "lucide-react";
import { fileName, useExport } from "#features/members/export.tsx";
import type { Organization } from "#lib/api.ts";
import { saveFile } from "#lib/save-file.ts";
import { exportUpdates } from "#lib/updates.ts";
import { Button } from "#ui/button.tsx";
import { Menu, MenuItem } from "#ui/menu.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

/** Saves all updates of an organization and its teams with their comments. */
export function ExportMenu({ organization }: { organization: Organization }) {
  const table = useExport(organization, "updates");
  const all = useMutation({
    mutationFn: async () => {
      const all = await exportUpdates(organization.id);
      const file = new Blob([JSON.stringify(all, undefined, 2)], { type: "application/json" });
      saveFile(file, `${fileName(organization.name, "updates")}.json`);
    },
    onSuccess: () => toast("The updates were saved as a JSON file"),
    onError: (error) => toastFailure("Nothing was exported", error),
  });
  return (
    <Menu
      trigger={
        <Button isBusy={table.isPending || all.isPending}>
          <Download />
          Export
        </Button>
      }
    >
      <MenuItem icon={<Table2 />} onClick={() => table.mutate()}>
        All updates as CSV
      </MenuItem>
      <MenuItem icon={<Braces />} onClick={() => all.mutate()}>
        All updates as JSON
      </MenuItem>
    </Menu>
  );
}
