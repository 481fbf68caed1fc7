import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Organization } from "#lib/api.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { importsKey } from "#lib/imports.ts";
import { useFileDrop } from "#lib/use-file-drop.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogBody, DialogFooter } from "#ui/dialog-parts.tsx";
import { DropVeil, DropZone } from "#ui/drop-zone.tsx";
import { LeaveGuard } from "#ui/leave-guard.tsx";
import { Dialects, SampleButton } from "./dialects.tsx";
import { PreviewStep } from "./preview-step.tsx";
import { type Order, openUpload, type Upload } from "./upload.ts";
import { UploadStep } from "./upload-step.tsx";
import { pickedFile, pickFile } from "./use-open-import.ts";

type Props = { organization: Organization; isOpen: boolean; onClose: () => void };

/** Imports people from a file in three steps. Nothing is uploaded before it was previewed. */
export function ImportDialog({ organization, isOpen, onClose }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={`Import people into ${organization.name}`} width="huge">
      <Steps organization={organization} />
    </Dialog>
  );
}

function Steps({ organization }: Pick<Props, "organization">) {
  const [file, setFile] = useState(pickedFile);
  const [isMany, setMany] = useState(false);
  const navigate = useNavigate();
  const uploading = useUpload((id) => {
    pickFile(undefined);
    const params = { organization: organization.id, import: id };
    void navigate({ to: "/organizations/$organization/imports/$import", params });
  });
  const { upload } = uploading;

  function choose(chosen: File | undefined) {
    setMany(false);
    pickFile(chosen);
    setFile(chosen);
  }

  function drop(files: File[]) {
    if (files.length === 1) {
      choose(files[0]);
    } else {
      setMany(files.length > 1);
    }
  }

  const isHeld = useFileDrop(upload ? undefined : drop);
  if (upload && file) {
    return (
      <>
        <UploadStep file={file} upload={upload} onRetry={uploading.again} onCancel={uploading.cancel} />
        <LeaveGuard
          isHolding={uploading.isSending}
          isLostOnReload
          title="Stop the upload?"
          action="Stop and leave"
          otherwise="Keep uploading"
          onLeave={uploading.cancel}
        >
          The file is not fully uploaded. Nobody is invited from part of a file.
        </LeaveGuard>
      </>
    );
  }
  if (file) {
    return (
      <>
        <PreviewStep
          key={`${file.name} ${file.lastModified} ${file.size}`}
          file={file}
          organization={organization}
          onChoose={choose}
          onImport={(lifetimeDays, reading) =>
            uploading.start({ organizationId: organization.id, file, lifetimeDays, reading })
          }
        />
        <DropVeil isHeld={isHeld}>Drop it to preview it instead</DropVeil>
      </>
    );
  }
  return <ChooseStep isHeld={isHeld} isMany={isMany} onFile={choose} />;
}

type ChooseProps = { isHeld: boolean; isMany: boolean; onFile: (file: File) => void };

function ChooseStep({ isHeld, isMany, onFile }: ChooseProps) {
  const button = useInitialFocus<HTMLButtonElement>();
  return (
    <>
      <DialogBody>
        {isMany && <Banner tone="warning">One file at a time. You can import the next one while this one runs.</Banner>}
        <DropZone isHeld={isHeld} onFile={onFile} buttonRef={button}>
          <Dialects />
        </DropZone>
      </DialogBody>
      <DialogFooter>
        <p className="mr-auto text-sm text-fg-3 max-sm:basis-full">You preview it first. Nobody is invited yet.</p>
        <SampleButton />
      </DialogFooter>
    </>
  );
}

/** The upload of this page, if there is one. It ends with the page. */
function useUpload(onArrived: (id: string) => void) {
  const queryClient = useQueryClient();
  const [upload, setUpload] = useState<Upload>();
  const present = useRef<ReturnType<typeof openUpload>>(undefined);
  const isSending = useRef(false);
  useEffect(() => () => void present.current?.cancel(), []);

  function start(order: Order) {
    present.current = openUpload(order, (now) => {
      isSending.current = now.state === "sending";
      if (now.state === "arrived" || now.state === "canceled") {
        present.current = undefined;
        void queryClient.invalidateQueries({ queryKey: importsKey(order.organizationId) });
      }
      setUpload(now.state === "canceled" ? undefined : now);
      if (now.state === "arrived") {
        onArrived(now.id);
      }
    });
    void present.current.run();
  }

  return {
    upload,
    /** The current value, which the rendered one may lag. */
    isSending: () => isSending.current,
    start,
    again: () => void present.current?.run(),
    cancel: () => void present.current?.cancel(),
  };
}
