/** A file that was picked where its dialog is not open yet. No address can hold it, and no reload keeps it. */
let picked: File | undefined;

export function pickFile(file: File | undefined) {
  picked = file;
}

export function pickedFile() {
  return picked;
}
