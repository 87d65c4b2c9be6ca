package dev.retort.torch.conformance;

import static dev.retort.torch.conformance.Tolerance.EXACT;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;

import java.util.List;

/** Who owns an array, when it is freed, and what a freed one does. */
final class LifecycleCases {
    private LifecycleCases() {}

    static List<Case> cases() {
        Cases cases = new Cases("lifecycle");
        closed(cases);
        managers(cases);
        attaching(cases);
        scopes(cases);
        names(cases);
        return cases.list();
    }

    private static NDArray gone(Operands in) {
        NDArray x = in.floats(2, 3);
        x.close();
        return x;
    }

    private static void closed(Cases cases) {
        cases.add("closed", "isReleased", EXACT, in -> gone(in).isReleased());
        cases.add("closed", "add", EXACT, in -> gone(in).add(1));
        cases.add("closed", "as operand", EXACT, in -> in.floats(2, 3).add(gone(in)));
        cases.add("closed", "addi", EXACT, in -> gone(in).addi(1));
        cases.add("closed", "getShape", EXACT, in -> gone(in).getShape());
        cases.add("closed", "getDataType", EXACT, in -> gone(in).getDataType());
        cases.add("closed", "toFloatArray", EXACT, in -> gone(in).toFloatArray());
        cases.add("closed", "reshape", EXACT, in -> gone(in).reshape(3, 2));
        cases.add("closed", "get", EXACT, in -> gone(in).get(0));
        cases.add("closed", "hasGradient", EXACT, in -> gone(in).hasGradient());
        cases.add(
                "closed",
                "twice",
                EXACT,
                in -> {
                    NDArray x = gone(in);
                    x.close();
                    return x.isReleased();
                });
        cases.add(
                "closed",
                "shape was read before",
                EXACT,
                in -> {
                    NDArray x = in.floats(2, 3);
                    Shape shape = x.getShape();
                    x.close();
                    return List.of(shape, x.getShape());
                });
        cases.add(
                "closed",
                "a view lives on",
                EXACT,
                in -> {
                    NDArray x = in.floats(2, 3);
                    NDArray view = x.get(1);
                    x.close();
                    return view;
                });
    }

    private static void managers(Cases cases) {
        cases.add(
                "manager",
                "closes its arrays",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = sub.ones(new Shape(2));
                    sub.close();
                    return List.of(x.isReleased(), sub.isOpen(), in.manager().isOpen());
                });
        cases.add(
                "manager",
                "closes its managers",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDManager below = sub.newSubManager(Device.cpu());
                    NDArray x = below.ones(new Shape(2));
                    sub.close();
                    return List.of(x.isReleased(), below.isOpen());
                });
        cases.add(
                "manager",
                "closed, create",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.close();
                    return sub.ones(new Shape(2));
                });
        cases.add(
                "manager",
                "closed twice",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.close();
                    sub.close();
                    return sub.isOpen();
                });
        cases.add(
                "manager",
                "capped",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.cap();
                    return sub.ones(new Shape(2));
                });
        cases.add(
                "manager",
                "capped, sub-manager",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.cap();
                    return sub.newSubManager().ones(new Shape(2));
                });
        cases.add(
                "manager",
                "properties",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.setName("mine");
                    return List.of(
                            sub.getName(),
                            sub.getDevice(),
                            sub.defaultDevice(),
                            sub.getParentManager() == in.manager(),
                            sub.getEngine() == in.manager().getEngine(),
                            sub.getManagedArrays().size());
                });
        cases.add(
                "manager",
                "manages results",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = sub.ones(new Shape(2));
                    NDArray y = x.add(x);
                    return List.of(
                            y.getManager() == sub,
                            sub.getManagedArrays().size(),
                            in.floats(2).add(x).getManager() == in.manager());
                });
        cases.add(
                "manager",
                "numbers are not kept",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = sub.ones(new Shape(2));
                    x.add(1).mul(2).gt(3);
                    return sub.getManagedArrays().size();
                });
        cases.add(
                "manager",
                "load",
                EXACT,
                in -> in.manager().load(java.nio.file.Path.of("absent.params")));
        cases.add(
                "manager",
                "load to a device",
                EXACT,
                in -> in.manager().load(java.nio.file.Path.of("absent.params"), Device.cpu()));
        cases.add(
                "manager",
                "invoke",
                EXACT,
                in -> in.manager().invoke("add", new NDList(), new ai.djl.util.PairList<>()));
        cases.add(
                "manager",
                "invoke into",
                EXACT,
                in -> {
                    in.manager()
                            .invoke(
                                    "add",
                                    new NDArray[0],
                                    new NDArray[0],
                                    new ai.djl.util.PairList<>());
                    return "done";
                });
        cases.add(
                "manager",
                "of a resource",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    try (NDManager sub = NDManager.subManagerOf(x)) {
                        return sub.getParentManager() == in.manager();
                    }
                });
    }

    private static void attaching(Cases cases) {
        cases.add(
                "attach",
                "moves",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = sub.ones(new Shape(2));
                    x.attach(in.manager());
                    sub.close();
                    return List.of(x, x.getManager() == in.manager());
                });
        cases.add(
                "attach",
                "detach",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = sub.ones(new Shape(2));
                    x.detach();
                    sub.close();
                    boolean alive = !x.isReleased();
                    x.close();
                    return alive;
                });
        cases.add(
                "attach",
                "temporarily",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    NDManager sub = in.manager().newSubManager();
                    x.tempAttach(sub);
                    boolean moved = x.getManager() == sub;
                    sub.close();
                    return List.of(moved, x, x.getManager() == in.manager());
                });
        cases.add(
                "attach",
                "all",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = in.floats(2);
                    NDArray y = in.floats(3);
                    sub.attachAll(x, y);
                    in.manager().ret(y);
                    sub.close();
                    return List.of(x.isReleased(), y);
                });
        cases.add(
                "attach",
                "all temporarily",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    NDArray x = in.floats(2);
                    sub.tempAttachAll(x);
                    sub.close();
                    return x;
                });
        cases.add(
                "attach",
                "to a closed manager",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.close();
                    NDArray x = in.floats(2);
                    x.attach(sub);
                    return x;
                });
        cases.add(
                "attach",
                "return",
                EXACT,
                in -> {
                    NDManager sub = in.manager().newSubManager();
                    sub.cap();
                    NDArray x = in.floats(2);
                    x.returnResource(sub);
                    return x.getManager() == sub;
                });
    }

    private static void scopes(Cases cases) {
        cases.add(
                "scope",
                "closes",
                EXACT,
                in -> {
                    NDArray x;
                    NDArray kept;
                    try (NDScope scope = new NDScope()) {
                        scope.suppressNotUsedWarning();
                        x = in.floats(2).add(1);
                        kept = x.mul(2);
                        NDScope.unregister(kept);
                    }
                    return List.of(x.isReleased(), kept);
                });
    }

    private static void names(Cases cases) {
        cases.add(
                "name",
                "of an array",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    String before = String.valueOf(x.getName());
                    x.setName("x");
                    return List.of(before, x.getName());
                });
        cases.add(
                "name",
                "uid",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    return List.of(
                            x.getUid().equals(x.getUid()),
                            x.getUid().equals(in.floats(2).getUid()));
                });
        cases.add(
                "name",
                "resources",
                EXACT,
                in -> {
                    NDArray x = in.floats(2);
                    return List.of(
                            x.getResourceNDArrays().size(), x.getResourceNDArrays().get(0) == x);
                });
    }
}
