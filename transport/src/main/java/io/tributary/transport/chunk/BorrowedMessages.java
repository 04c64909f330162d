package io.tributary.transport.chunk;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * Services whose uploads are read without copying ({@link BorrowingMarshaller}). Their methods must
 * feed an {@link Upload}, which has done with each message when it returns.
 */
public final class BorrowedMessages {
  private BorrowedMessages() {}

  /** The same service; only messages of client-streaming methods are read in another way. */
  public static ServerServiceDefinition ofUploads(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      methods.add(
          method.getMethodDescriptor().getType() == MethodDescriptor.MethodType.CLIENT_STREAMING
              ? borrowing(method)
              : method);
    }
    ServiceDescriptor before = service.getServiceDescriptor();
    var descriptor =
        ServiceDescriptor.newBuilder(before.getName())
            .setSchemaDescriptor(before.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var builder = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(builder::addMethod);
    return builder.build();
  }

  private static <Q, R> ServerMethodDefinition<Q, R> borrowing(
      ServerMethodDefinition<Q, R> method) {
    MethodDescriptor<Q, R> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                BorrowingMarshaller.of(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }
}
