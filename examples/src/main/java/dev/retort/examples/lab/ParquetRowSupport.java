package dev.retort.examples.lab;

import dev.retort.experiment.lab.ExportTable.Column;

import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Hands rows of a table to Parquet's library, value by value. Confined to one thread. */
final class ParquetRowSupport extends WriteSupport<List<? extends @Nullable Object>> {
    /** What files name as the program whose objects they hold. */
    static final String NAME = "retort";

    private final MessageType schema;
    private final List<Column> columns;
    private @Nullable RecordConsumer consumer;

    /**
     * For one table.
     *
     * @param schema a field for each column, each optional
     * @param columns the columns, in the same order
     */
    ParquetRowSupport(MessageType schema, List<Column> columns) {
        this.schema = schema;
        this.columns = columns;
    }

    /** Makes a writer of such rows, which closes its file. */
    static final class Builder
            extends ParquetWriter.Builder<List<? extends @Nullable Object>, Builder> {
        private final ParquetRowSupport support;

        Builder(OutputFile file, ParquetRowSupport support) {
            super(file);
            this.support = support;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<List<? extends @Nullable Object>> getWriteSupport(
                ParquetConfiguration configuration) {
            return support;
        }

        @Override
        @SuppressWarnings("deprecation") // Abstract there.
        protected WriteSupport<List<? extends @Nullable Object>> getWriteSupport(
                Configuration configuration) {
            throw ofHadoop();
        }
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(schema, Map.of());
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract there.
    public WriteContext init(Configuration configuration) {
        throw ofHadoop();
    }

    /** The library has these calls twice, and makes the ones of Hadoop only where that is used. */
    private static UnsupportedOperationException ofHadoop() {
        return new UnsupportedOperationException("there is no Hadoop here");
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(List<? extends @Nullable Object> row) {
        RecordConsumer to = consumer;
        if (to == null) {
            throw new IllegalStateException("a row came before the file was begun");
        }
        to.startMessage();
        for (int i = 0; i < row.size(); i++) {
            Object value = row.get(i);
            if (value != null) {
                Column column = columns.get(i);
                to.startField(column.name(), i);
                write(to, column, value);
                to.endField(column.name(), i);
            }
        }
        to.endMessage();
    }

    private static void write(RecordConsumer to, Column column, Object value) {
        switch (column.type()) {
            case TEXT -> to.addBinary(Binary.fromString(value.toString()));
            case INTEGER -> to.addLong((long) value);
            case NUMBER -> to.addDouble(((Number) value).doubleValue());
            case BOOLEAN -> to.addBoolean((boolean) value);
            case TIME -> to.addLong(((Instant) value).toEpochMilli());
        }
    }
}
