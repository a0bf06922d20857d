/* Manifests that lie beside the parts of a bill and name them: of AWS legacy reports
 * (<report>-Manifest.json: `reportKeys`, `assemblyId`) and of Azure exports (manifest.json:
 * `blobs[].blobName`, `exportConfig`). */
#ifndef IX_COLLECTORS_BILLS_MANIFEST_H
#define IX_COLLECTORS_BILLS_MANIFEST_H

#include "collectors/collector.h"

enum { IX_BILL_MANIFEST_BYTES_MAX = 16 << 20 };

/* By the document or its outline. */
bool ix_bill_is_manifest(const struct ix_json *document);

/* As ix_parting.each_named. */
IX_MUST_CHECK enum ix_code ix_bill_each_named(struct ix_sv folder, ix_take_name *take,
                                              void *context, struct ix_err *err);

#endif
