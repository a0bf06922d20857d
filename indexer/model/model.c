/* The words of the model: flag and tag class names, from their tables. */
#include "indexer/model/resource.h"

static const struct {
    uint32_t bit;
    const char *name;
} flags[] = {
#define IX_FLAG_ROW(symbol, bit, name, help) {1u << (bit), name},
#include "indexer/model/flag.def"
#undef IX_FLAG_ROW
};

const char *ix_flag_name(uint32_t bit) {
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].bit == bit) {
            return flags[i].name;
        }
    }
    return NULL;
}

uint32_t ix_flag_parse(struct ix_sv name) {
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (ix_sv_eq_cstr(name, flags[i].name)) {
            return flags[i].bit;
        }
    }
    return 0;
}

static const char *const tag_classes[IX_TAG_CLASS_COUNT] = {"tag", "label", "annotation"};

const char *ix_tag_class_name(enum ix_tag_class tag_class) {
    return tag_classes[tag_class];
}

bool ix_tag_class_parse(struct ix_sv name, enum ix_tag_class *ret_class) {
    for (size_t i = 0; i < IX_TAG_CLASS_COUNT; i++) {
        if (ix_sv_eq_cstr(name, tag_classes[i])) {
            *ret_class = (enum ix_tag_class)i;
            return true;
        }
    }
    return false;
}
