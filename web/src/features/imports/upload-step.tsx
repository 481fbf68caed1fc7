import { useNow } from "#lib/clock.ts";
import { waitText } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useSpoken } from "#lib/use-spoken.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { sizeText } from "./text.ts";
import type { Upload } from "./upload.ts";

type Props = { file: File; upload: Upload; onRetry: () => void; onCancel: () => void };

/** The progress of an upload, and what can be done when it is stuck. */
export function UploadStep({ file, upload, onRetry, onCancel }: Props) {
  return (
    <>
      <DialogBody>
        <p className="truncate font-medium">{file.name}</p>
        {upload.state === "sending" && <Sending file={file} upload={upload} />}
        {upload.state === "failed" && <Banner tone="danger">{upload.sentence}</Banner>}
      </DialogBody>
      <DialogFooter>
        <Button size="large" onClick={onCancel}>
          Cancel
        </Button>
        {upload.state === "failed" && upload.mayRetry && (
          <Button variant="primary" size="large" onClick={onRetry}>
            Try again
          </Button>
        )}
      </DialogFooter>
    </>
  );
}

function Sending({ file, upload }: { file: File; upload: Extract<Upload, { state: "sending" }> }) {
  const format = useFormat();
  const now = useNow("second");
  const size = (bytes: number) => sizeText(bytes, format.number);
  const part = file.size > 0 ? upload.sent / file.size : 0;
  const seconds = (now - upload.startedAt) / 1000;
  const left = seconds > 2 && part > 0.01 && part < 1 ? (seconds / part) * (1 - part) : undefined;
  const quarter = Math.floor(part * 4) * 25;
  const spoken = useSpoken(quarter === 100 ? "The file has arrived." : `${quarter} percent are uploaded.`);
  return (
    <div className="grid gap-2">
      <progress
        aria-label={`Upload of ${file.name}`}
        value={upload.sent}
        max={Math.max(1, file.size)}
        className="bulk-progress h-2 w-full"
      />
      <p className="tabular flex flex-wrap justify-between gap-x-4 text-sm text-fg-2">
        <span>
          {size(upload.sent)} of {size(file.size)}
        </span>
        <span>{left !== undefined && `${waitText(left)} left`}</span>
      </p>
      <output className="sr-only">{spoken}</output>
      <p className="text-sm text-fg-3">
        Keep this page open until the file is uploaded. Then the import continues automatically.
      </p>
    </div>
  );
}
