/** A file that was picked before its dialog is open. No URL can hold it, and no reload keeps it. */
let picked: File | undefined;

export function pickFile(file: File | undefined) {
  picked = file;
}

export function pickedFile() {
  return picked;
}
