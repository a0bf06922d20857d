/* Manifests that lie beside the parts of a bill and name them: of AWS legacy reports
 * (<report>-Manifest.json: `reportKeys`, `assemblyId`) and of Azure exports (manifest.json:
 * `blobs[].blobName`, `exportConfig`). */
#ifndef IX_COLLECTORS_MANIFEST_H
#define IX_COLLECTORS_MANIFEST_H

#include "base/json.h"

enum { IX_MANIFEST_BYTES_MAX = 16 << 20 };

/* By the document or its outline. */
bool ix_manifest_is(const struct ix_json *document);

/* Calls `take` with the file name, without folders, of each part that a manifest in the folder
 * names; without a manifest never. `folder` ends in a slash. The error is take's, or says that a
 * manifest cannot be read. */
IX_MUST_CHECK enum ix_code ix_manifest_each(struct ix_sv folder,
                                            enum ix_code (*take)(void *context, struct ix_sv name,
                                                                 struct ix_err *err),
                                            void *context, struct ix_err *err);

#endif
