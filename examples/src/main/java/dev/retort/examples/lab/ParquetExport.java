package dev.retort.examples.lab;

import dev.retort.experiment.lab.ExportTable;
import dev.retort.experiment.lab.ExportTable.Column;

import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A table as Apache Parquet: whole numbers in columns of INT64, other numbers in such of DOUBLE,
 * truth values in BOOLEAN, instants in TIMESTAMP of milliseconds in UTC and text in UTF-8,
 * compressed by Zstandard. What is missing is null. Whole numbers in a column of others are the
 * nearest DOUBLE.
 *
 * <p>Rows are written as they come, in groups of some 32 MiB of memory. Of the library the part
 * that writes to streams is used: no class of Hadoop is loaded, and none is on the class path.
 */
final class ParquetExport {
    private static final long ROW_GROUP_BYTES = 32L << 20;

    private ParquetExport() {}

    /**
     * Writes a table.
     *
     * @param table the table
     * @param out where to; it is closed
     * @throws IOException if it cannot be read or written; then what was written is no whole file
     */
    static void write(ExportTable table, OutputStream out) throws IOException {
        write(table, out, ROW_GROUP_BYTES);
    }

    /** The same with groups of another size. */
    static void write(ExportTable table, OutputStream out, long rowGroupBytes) throws IOException {
        List<Column> columns = table.columns();
        MessageType schema =
                new MessageType("schema", columns.stream().map(ParquetExport::field).toList());
        ZstdPages codec = new ZstdPages();
        ParquetRowSupport rows = new ParquetRowSupport(schema, columns);
        try (ParquetWriter<List<? extends @Nullable Object>> writer =
                new ParquetRowSupport.Builder(new StreamFile(out), rows)
                        .withConf(new PlainParquetConfiguration())
                        .withCodecFactory(codec)
                        .withCompressionCodec(codec.getCodecName())
                        .withRowGroupSize(rowGroupBytes)
                        .build()) {
            table.writeTo(writer::write);
        }
    }

    private static Type field(Column column) {
        Types.PrimitiveBuilder<PrimitiveType> type =
                switch (column.type()) {
                    case TEXT ->
                            Types.optional(PrimitiveTypeName.BINARY)
                                    .as(LogicalTypeAnnotation.stringType());
                    case INTEGER -> Types.optional(PrimitiveTypeName.INT64);
                    case NUMBER -> Types.optional(PrimitiveTypeName.DOUBLE);
                    case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN);
                    case TIME ->
                            Types.optional(PrimitiveTypeName.INT64)
                                    .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS));
                };
        return type.named(column.name());
    }
}
