package dev.retort.distill.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;

/** What the first page of a cache says of it, as JSON; field names are part of the format. */
record CacheHeader(
        String teacher,
        String data,
        String preprocessing,
        String encoding,
        String augmentation,
        long samples,
        int classes,
        int rowsPerChunk) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    static CacheHeader of(CacheKey key, int rowsPerChunk) {
        return new CacheHeader(
                key.teacher().hex(),
                key.data().hex(),
                key.preprocessing().hex(),
                key.encoding().label(),
                key.augmentation().label(),
                key.samples(),
                key.classes(),
                rowsPerChunk);
    }

    static CacheHeader read(byte[] json) throws IOException {
        return MAPPER.readValue(json, CacheHeader.class);
    }

    byte[] json() {
        try {
            return MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("strings and numbers can be written", e);
        }
    }
}
