package dev.retort.examples.lab;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.SchemaNode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file as a reader of another library finds it.
 *
 * @param types the types of its columns by their names, in their order
 * @param rows its rows
 * @param groups how many row groups it has
 * @param metadata what it says of itself
 */
public record ParquetRows(
        Map<String, String> types,
        List<List<@Nullable Object>> rows,
        int groups,
        Map<String, String> metadata) {
    /** Reads the content of a file. */
    public static ParquetRows read(byte[] file) throws IOException {
        try (ParquetFileReader reader =
                ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)))) {
            Map<String, String> types = new LinkedHashMap<>();
            for (SchemaNode node : reader.getFileSchema().getRootNode().children()) {
                SchemaNode.PrimitiveNode column = (SchemaNode.PrimitiveNode) node;
                LogicalType meaning = column.logicalType();
                types.put(column.name(), column.type() + (meaning == null ? "" : " as " + meaning));
            }
            List<List<@Nullable Object>> rows = new ArrayList<>();
            try (RowReader values = reader.rowReader()) {
                while (values.hasNext()) {
                    values.next();
                    List<@Nullable Object> row = new ArrayList<>();
                    for (int i = 0; i < types.size(); i++) {
                        row.add(values.getValue(i));
                    }
                    rows.add(row);
                }
            }
            FileMetaData footer = reader.getFileMetaData();
            return new ParquetRows(
                    types, rows, footer.rowGroups().size(), footer.keyValueMetadata());
        }
    }
}
