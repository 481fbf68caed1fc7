import { maxMebibytes } from "@muster/core/import/limits.ts";
import { Download } from "lucide-react";
import { saveFile } from "#lib/save-file.ts";
import { Button } from "#ui/button.tsx";

const sample =
  "email,name,role\r\n" +
  "ada@example.com,Ada Lovelace,admin\r\n" +
  "grace@example.com,Grace Hopper,write\r\n" +
  "edsger@example.com,Edsger Dijkstra,read\r\n";

/** What may be imported, in as few words as it can be said. */
export function Dialects() {
  return (
    <p>
      As Excel, Google Sheets, Google Workspace, Microsoft 365, Okta and Slack save it: with or without a heading,
      separated by commas, semicolons or tabs, up to {maxMebibytes} MiB. A column with addresses is enough; name, role
      and teams are read too.
    </p>
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
