import { useNavigate } from "@tanstack/react-router";

/** Opens the import dialog, with a file if there is one already. */
export function useOpenImport() {
  const navigate = useNavigate();
  return (file?: File) => {
    pickFile(file);
    void navigate({ to: ".", search: (present) => ({ ...present, dialog: "import" as const }), resetScroll: false });
  };
}

/** A file that was picked before its dialog is open. No URL can hold it, and no reload keeps it. */
let picked: File | undefined;

export function pickFile(file: File | undefined) {
  picked = file;
}

export function pickedFile() {
  return picked;
}
