import { Download } from "lucide-react";
import type { Organization } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { type Exported, useExport } from "./use-export.ts";

export function ExportButton({ organization, what }: { organization: Organization; what: Exported }) {
  const run = useExport(organization, what);
  return (
    <Button isBusy={run.isPending} onClick={() => run.mutate()}>
      <Download />
      Export {what}
    </Button>
  );
}
