import { maxMebibytes } from "@muster/core/import/limits.ts";
import { Download } from "lucide-react";
import { RoleWords } from "#features/invite/role-words.tsx";
import { saveFile } from "#lib/save-file.ts";
import { Button } from "#ui/button.tsx";

const sample =
  "email,name,role\r\n" +
  "ada@example.com,Ada Lovelace,admin\r\n" +
  "grace@example.com,Grace Hopper,write\r\n" +
  "edsger@example.com,Edsger Dijkstra,read\r\n";

/** The supported files, in as few words as possible. */
export function Dialects() {
  return (
    <div className="grid gap-2 [&_summary]:mx-auto">
      <p>
        CSV files as Excel, Google Sheets, Google Workspace, Microsoft 365, Okta, and Slack save them: with or without a
        header, separated by commas, semicolons, or tabs, up to {maxMebibytes} MiB. Only a column with addresses is
        required; name, role, and teams are optional.
      </p>
      <RoleWords />
    </div>
  );
}

export function SampleButton() {
  return (
    <Button variant="ghost" onClick={() => saveFile(new Blob([sample], { type: "text/csv" }), "people.csv")}>
      <Download />
      Sample file
    </Button>
  );
}
