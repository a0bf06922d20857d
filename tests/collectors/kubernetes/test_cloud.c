/* The ways in which ids of a cloud are written. */
#include <criterion/criterion.h>

#include "collectors/kubernetes/cloud.h"

static const struct {
    const char *text, *id;
} ids[] = {
    {"aws:///us-east-1a/i-0abc", "i-0abc"},
    {"aws://us-east-1a/vol-0abc", "vol-0abc"},
    {"aws:///us-east-1a/0123/fargate-ip-10-0-0-1", "aws:///us-east-1a/0123/fargate-ip-10-0-0-1"},
    {"vol-0abc", "vol-0abc"},
    {"fs-0abc::fsap-0def", "fs-0abc"},
    {"fs-0abc", "fs-0abc"},
    {"azure:///subscriptions/S-1/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/Vm",
     "/subscriptions/s-1/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm"},
    {"/Subscriptions/S-1/Disks/D", "/subscriptions/s-1/disks/d"},
    {"gce://proj/europe-west1-b/node-1",
     "//compute.googleapis.com/projects/proj/zones/europe-west1-b/instances/node-1"},
    {"gce://proj/zone", "gce://proj/zone"},
    {"projects/p/zones/z/disks/d", "//compute.googleapis.com/projects/p/zones/z/disks/d"},
    {"app@proj.iam.gserviceaccount.com",
     "//iam.googleapis.com/projects/proj/serviceAccounts/app@proj.iam.gserviceaccount.com"},
    {"anna@example.com", "anna@example.com"},
    {"203.0.113.7", "203.0.113.7"},
    {"projects/UNSPECIFIED/zones/UNSPECIFIED/disks/pvc-1", "pvc-1"},
    {"openstack:///0b1c", "0b1c"},
    {"openstack://region/0b1c", "0b1c"},
    {"qcloud:///100003/ins-0abc", "ins-0abc"},
    {"oci://ocid1.instance.oc1..x", "ocid1.instance.oc1..x"},
    {"scaleway://instance/fr-par-1/0b1c", "fr-par-1/0b1c"},
    {"cn-hangzhou.i-0abc", "i-0abc"},
    {"a.i-b.example.com", "a.i-b.example.com"},
    {"digitalocean://123456", "digitalocean://123456"},
    {"hcloud://123456", "hcloud://123456"},
    {"k8s-0123456789.elb.eu-west-1.amazonaws.com", "k8s-0123456789.elb.eu-west-1.amazonaws.com"},
    {"", ""},
};

Test(kubernetes_cloud, ids_are_told_by_their_shape) {
    struct ix_arena arena;
    ix_arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct ix_sv id = ix_k8s_cloud_id(&arena, ix_sv_cstr(ids[i].text));
        cr_expect(ix_sv_eq_cstr(id, ids[i].id), "%s gives %.*s", ids[i].text, IX_SV_FMT(id));
    }
    ix_arena_done(&arena);
}
