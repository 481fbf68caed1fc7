import { useNavigate } from "@tanstack/react-router";
import { pickFile } from "#lib/picked-file.ts";

/** Opens the import dialog, with a file if there is one already. */
export function useOpenImport() {
  const navigate = useNavigate();
  return (file?: File) => {
    pickFile(file);
    void navigate({ to: ".", search: (present) => ({ ...present, dialog: "import" as const }), resetScroll: false });
  };
}
