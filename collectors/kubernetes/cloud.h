/* From the ways in which Kubernetes writes ids of a cloud to the ids themselves. */
#ifndef IX_COLLECTORS_KUBERNETES_CLOUD_H
#define IX_COLLECTORS_KUBERNETES_CLOUD_H

#include "base/arena.h"

/* The id that the text stands for, told by its shape; what has no known shape (a host, an address,
 * the handle of another driver, a provider whose ids are bare numbers: these would meet the ids of
 * anything) comes back as it is. In the arena or borrowed from `text`.
 *
 *   aws:///us-east-1a/i-0abc, aws://us-east-1a/vol-0abc    i-0abc, vol-0abc
 *   fs-0abc::fsap-0def                                     fs-0abc
 *   azure:///subscriptions/S/..., /subscriptions/S/...     /subscriptions/s/... in small letters
 *   gce://P/Z/N         //compute.googleapis.com/projects/P/zones/Z/instances/N
 *   projects/P/...      //compute.googleapis.com/projects/P/...
 *   projects/UNSPECIFIED/zones/UNSPECIFIED/disks/D         D
 *   openstack:///U, exoscale://U, civo://U, vultr://U, equinixmetal://U, qcloud:///Z/ins-0
 *                       what stands last
 *   oci://O, scaleway://instance/Z/U, cn-hangzhou.i-0      O, Z/U, i-0
 *   N@P.iam.gserviceaccount.com
 *                       //iam.googleapis.com/projects/P/serviceAccounts/N@P.iam...
 *
 * Sources: the cloud providers' controller managers (Node spec.providerID) and the CSI drivers of
 * EBS, EFS, Azure Disk and Compute Engine PD (spec.csi.volumeHandle). */
struct ix_sv ix_k8s_cloud_id(struct ix_arena *arena, struct ix_sv text);

/* What the text names beside: fsap-0def of fs-0abc::fsap-0def. Empty when it does not. */
struct ix_sv ix_k8s_cloud_access_point(struct ix_sv text);

#endif
