package dev.retort.examples.lab;

import com.github.luben.zstd.Zstd;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Compresses pages of Parquet by Zstandard; the library's own codecs are classes of Hadoop. */
final class ZstdPages
        implements CompressionCodecFactory, CompressionCodecFactory.BytesInputCompressor {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        if (codec != getCodecName()) {
            throw new IllegalArgumentException("expected ZSTD, found " + codec);
        }
        return this;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("this only writes");
    }

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(Math.toIntExact(page.size()));
        page.writeAllTo(whole);
        return BytesInput.from(Zstd.compress(whole.toByteArray()));
    }

    @Override
    public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
    }

    /** There is nothing to release. */
    @Override
    public void release() {}
}
