/** Main, and the wiring of all the parts: the only module that sees all. */
@org.jspecify.annotations.NullMarked
module strongroom.server {
  requires static transitive org.jspecify;
  requires strongroom.secret;
  requires strongroom.hcl;
  requires strongroom.hsm;
  requires strongroom.logical;
  requires strongroom.metrics;
  requires strongroom.storage;
  requires strongroom.seal;
  requires strongroom.pgp;
  requires strongroom.audit;
  requires strongroom.config;
  requires strongroom.barrier;
  requires strongroom.storage.raft;
  requires strongroom.cluster;
  requires strongroom.clustering;
  requires strongroom.tls;
  requires strongroom.seal.pkcs11;
  requires strongroom.managed.keys;
  requires strongroom.managed.keys.pkcs11;
  requires strongroom.seal.envelope;
  requires strongroom.seal.statickey;
  requires strongroom.seal.awskms;
  requires strongroom.seal.azurekeyvault;
  requires strongroom.seal.gcpckms;
  requires strongroom.seal.kmip;
  requires strongroom.seal.ocikms;
  requires strongroom.seal.transit;
  requires strongroom.engine;
  requires strongroom.policy;
  requires strongroom.token;
  requires strongroom.mount;
  requires strongroom.engine.kv;
  requires strongroom.engine.transit;
  requires strongroom.engine.cubbyhole;
  requires strongroom.node;
  requires strongroom.system;
  requires strongroom.system.node;
  requires strongroom.request;
  requires strongroom.http;
  requires strongroom.cli;
  requires org.slf4j;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires jdk.unsupported;
}
