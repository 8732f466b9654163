#!/usr/bin/env python
"""Writes down what Keras computes for a model file, for kerasproof to compare with.

    python kerasproof_record.py model.h5
    python kerasproof_record.py model.json --weights model.weights.h5 --output model.ref.npz
    python kerasproof_record.py model.keras --inputs in.npz --train-steps 5

It needs Python >= 3.6, NumPy and the Keras that can read the file: Keras 1.x or
2.x (TensorFlow or Theano), tf.keras 2.x, or Keras 3 on any backend. It takes
`keras` where that is installed, else `tensorflow.keras`; `--keras tf_keras`
names another one.

The result, `<stem>.ref.npz`, is a NumPy archive:

    inputs/<k>, outputs/<k>               the model's inputs and its outputs in inference mode
    layers/<layer>/<call>/<k>             output k of every layer call of the graph
    weights/<layer>/<i>                   in the order of `layer.weights`
    constrained/<layer>/<i>               that weight after its constraint was applied once
    outputs64/<k>, layers64/...           the same graph, weights and inputs in float64
    train/x/<k>, train/y/<k>, train/sample_weight
    train/<step>/loss, train/<step>/weights/<layer>/<i>      after each optimizer step, from 1
    train64/<step>/...                    the same steps in float64
    meta.json                             versions, backend, seed, hashes, and what is missing

A layer of a nested model is `<model>/<layer>`; a `/` inside a name is `%2F`. The
insides of wrappers (TimeDistributed, Bidirectional) are not recorded. The call
number is the rank of the layer's node in the order of creation, as in the
model file; a layer of a nested model that is called n times in one run of that
model has the calls n * c ... n * c + n - 1 in the nested model's call c.

Inputs come from `--inputs`, an archive with `inputs/0`, `inputs/1`, ..., or are
drawn with `--seed`: three times a standard normal; for an Embedding integers
that cover every index, 0 included; some steps masked in front of a Masking
layer or an Embedding with mask_zero. With `--train-steps N` the same archive may
hold `train/x/0`, `train/y/0`, ... and `train/sample_weight`. The optimizer and
the loss are those of the file; where it has none, `--optimizer` and `--loss`
(a name, or the JSON that Keras serialises) are taken and noted in meta.json.

No number is written that is not what it says. A float64 tensor that Keras rounds
to float32 on the way is left out (the graph is run once more on inputs and
weights that are no float32 numbers, which shows it), and so is a training run
whose float32 and float64 steps part by more than 1e-6. What is left out stands
in meta.json under "missing" with the reason.
"""
import argparse
import contextlib
import functools
import hashlib
import importlib
import io
import json
import os
import platform
import re
import sys
import zipfile
from collections import OrderedDict

import numpy as np

FORMAT = 'kerasproof-reference'
VERSION = 1
DEFAULT_LENGTH = 7  # for an axis that the model leaves open
TRAINING_AGREEMENT = 1e-6
DOUBLE_AGREEMENT = 1e-2
MASKED_STEPS = 3
NUDGE = 1 + 2.0 ** -30  # makes of a float32 number one that is none
SATURATED = [0.0, 1.0, -1.0, 6.0]  # all that a relu, sigmoid, tanh or relu6 may give


class RecordingError(Exception):
    """Says in one line what cannot be recorded and what was wanted."""


# ---------------------------------------------------------------------------
# Names, traces and graphs: the same for every generation


def one_line(error):
    """An exception of Keras in one line of bearable length."""
    return ' '.join(('%s: %s' % (type(error).__name__, error)).split())[:300]


def escaped(name):
    """A layer name as one part of an entry name."""
    return name.replace('/', '%2F')


def as_list(value):
    """The flat list of tensors in `value` (lists, tuples and dicts nested)."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [t for key in sorted(value) for t in as_list(value[key])]
    if isinstance(value, (list, tuple)):
        return [t for item in value for t in as_list(item)]
    return [value]


def packed(structure, values):
    """The next values in the structure of `structure`; the reverse of `as_list`, a list of one being its item."""
    if isinstance(structure, dict):
        return {key: packed(structure[key], values) for key in sorted(structure)}
    if isinstance(structure, (list, tuple)):
        return one_or_list([packed(item, values) for item in structure])
    return next(values)


def nodes_of(graph):
    """The nodes of a functional graph in the order in which they run."""
    by_depth = getattr(graph, '_nodes_by_depth', None)
    if by_depth is None:
        by_depth = getattr(graph, 'nodes_by_depth', None) or {}
    return [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]


def layer_of(node):
    """The layer or operation that a node calls."""
    for attribute in ('operation', 'outbound_layer', 'layer'):
        layer = getattr(node, attribute, None)
        if layer is not None:
            return layer
    raise RecordingError('a graph node names no layer')


def inbound_nodes(layer):
    """All nodes of a layer in the order of their creation."""
    nodes = getattr(layer, '_inbound_nodes', None)
    return layer.inbound_nodes if nodes is None else nodes


def call_ranks(graph, members=None):
    """For each layer (by id), its call numbers in the order in which the graph runs them.

    `members`, where given, are the only layers that count: the graph that
    Keras 3 makes for a Sequential also holds the operations of its masks.
    """
    nodes = nodes_of(graph)
    if members is not None:
        ids = {id(layer) for layer in members}
        nodes = [node for node in nodes if id(layer_of(node)) in ids]
    ids = {id(node) for node in nodes}
    ranks = {}
    for node in nodes:
        layer = layer_of(node)
        mine = [id(other) for other in inbound_nodes(layer) if id(other) in ids]
        ranks.setdefault(id(layer), []).append(mine.index(id(node)))
    return ranks


class Frame(object):
    """One call in progress; `ranks` is None where its inside is not recorded."""

    def __init__(self, prefix='', call=0, ranks=None):
        self.prefix = prefix
        self.call = call
        self.ranks = ranks
        self.counts = {}


class Trace(object):
    """Collects the outputs of the layer calls of one run of a model.

    `ranks_of(layer)` gives the call ranks of a model and None for any other layer.
    """

    def __init__(self, model, ranks_of):
        self.model = model
        self.ranks_of = ranks_of
        self.frames = []
        self.outputs = OrderedDict()

    @contextlib.contextmanager
    def top(self):
        """Stands for the call of the model itself."""
        self.frames.append(Frame(ranks=self.ranks_of(self.model)))
        try:
            yield
        finally:
            self.frames.pop()

    def run(self, layer, function, args, kwargs):
        """Runs one layer call and keeps its outputs where its caller is a model."""
        if not self.frames:
            if layer is not self.model:
                return function(*args, **kwargs)
            with self.top():
                return function(*args, **kwargs)
        name, frame = self._enter(layer)
        self.frames.append(frame)
        try:
            outputs = function(*args, **kwargs)
        finally:
            self.frames.pop()
        if name is not None:
            for k, tensor in enumerate(as_list(outputs)):
                self.outputs['%s/%d' % (name, k)] = tensor
        return outputs

    def _enter(self, layer):
        parent = self.frames[-1]
        if parent.ranks is None or id(layer) not in parent.ranks:
            return None, Frame()
        seen = parent.counts.get(id(layer), 0)
        parent.counts[id(layer)] = seen + 1
        order = parent.ranks[id(layer)]
        call = parent.call * len(order) + order[seen]
        path = parent.prefix + escaped(layer.name)
        return '%s/%d' % (path, call), Frame(path + '/', call, self.ranks_of(layer))


# ---------------------------------------------------------------------------
# Generations of Keras


class Generation(object):
    """What one generation of Keras does in its own way. Subclasses fill it in."""

    def __init__(self, keras):
        self.keras = keras
        self.version = version_of(keras)

    # -- graphs ------------------------------------------------------------

    def graph_of(self, layer):
        """The functional graph of a model (itself, mostly); None for any other layer."""
        if not isinstance(layer, self.model_class()):
            return None
        inner = getattr(layer, '_functional', None) or layer
        return inner if nodes_of(inner) else None

    def ranks_of(self, layer):
        """The call ranks of a model; None for any other layer."""
        graph = self.graph_of(layer)
        return None if graph is None else call_ranks(graph, None if graph is layer else layer.layers)

    def model_class(self):
        """The class of all models of this generation."""
        return self.keras.models.Model

    def graph_layers(self, model):
        """(path, layer) of every layer of the graph that is no model, nested ones included."""
        found, seen = [], set()
        self._walk(model, '', found, seen)
        return found

    def _walk(self, model, prefix, found, seen):
        graph = self.graph_of(model)
        if graph is None:
            raise RecordingError('%s: a model without a graph (never built, or subclassed), '
                                 'wanted a Sequential or functional model' % model.name)
        for layer in graph.layers:
            if id(layer) in seen or type(layer).__name__ == 'InputLayer':
                continue
            seen.add(id(layer))
            path = prefix + escaped(layer.name)
            if self.graph_of(layer) is None:
                found.append((path, layer))
            else:
                self._walk(layer, path + '/', found, seen)

    def number_from_one(self):
        """New layers get the numbers that a new process gives them."""
        self.keras.backend.clear_session()

    def weights(self, model):
        """Path/index to array, for every weight of every layer."""
        result = OrderedDict()
        for path, layer in self.graph_layers(model):
            for i, value in enumerate(layer.get_weights()):
                result['%s/%d' % (path, i)] = np.asarray(value)
        return result

    def copy_weights(self, source, target):
        """Gives every layer of `target` the weights of the same layer of `source`."""
        theirs = dict(self.graph_layers(target))
        for path, layer in self.graph_layers(source):
            values = layer.get_weights()
            if values:
                theirs[path].set_weights([doubled(v) if self.is_double() else v for v in values])

    def nudge_weights(self, model):
        """Moves every weight off its float32 number."""
        for _, layer in self.graph_layers(model):
            values = layer.get_weights()
            if values:
                layer.set_weights([nudged(value) for value in values])

    # -- rebuilding ----------------------------------------------------------

    def is_double(self):
        """Whether models are being built in float64 now."""
        return self.keras.backend.floatx() == 'float64'

    def rebuild(self, model, custom_objects):
        """The same graph and weights again, in the float type that is set now."""
        config = json.loads(model.to_json())
        if self.is_double():
            config = with_float64(config)
        clone = self.from_json(json.dumps(config), custom_objects)
        self.copy_weights(model, clone)
        return clone

    def from_json(self, text, custom_objects):
        """A model from its JSON."""
        return self.keras.models.model_from_json(text, custom_objects=custom_objects or {})

    def load(self, path, weights, custom_objects):
        """The model in a file, with its weights."""
        if weights is None:
            return self.keras.models.load_model(path, custom_objects=custom_objects or {})
        with open(path) as file:
            model = self.from_json(file.read(), custom_objects)
        model.load_weights(weights)
        return model

    # -- training --------------------------------------------------------------

    def compile_spec(self, model):
        """{'optimizer', 'loss'} of a compiled model as plain data; None where it is not compiled."""
        optimizer = getattr(model, 'optimizer', None)
        if not optimizer or not getattr(model, 'loss', None):
            return None
        return {'optimizer': {'class_name': type(optimizer).__name__, 'config': plain(optimizer.get_config())},
                'loss': plain_loss(model.loss)}

    def compile(self, model, spec):
        """Compiles for training with the given optimizer and loss."""
        model.compile(optimizer=self.keras.optimizers.get(spec['optimizer']), loss=spec['loss'])

    def train_step(self, model, batch):
        """One optimizer step; gives the loss before it."""
        weight = batch.get('sample_weight')
        loss = model.train_on_batch(one_or_list(batch['x']), one_or_list(batch['y']), sample_weight=weight)
        return float(np.ravel(loss)[0])

    # -- the rest ------------------------------------------------------------

    def backend(self):
        """Name of the backend."""
        return self.keras.backend.backend()

    def image_order(self):
        """channels_first, channels_last; th or tf in Keras 1."""
        return self.keras.backend.image_data_format()

    def epsilon(self):
        """The epsilon that constraints use."""
        return float(self.keras.backend.epsilon())

    def constraints(self, layer):
        """The constraint, or None, of each of the layer's weights."""
        return [getattr(weight, 'constraint', None) for weight in layer.weights]

    def predict(self, model, inputs):
        """Outputs in inference mode."""
        return as_list(model.predict(self.pack(model, inputs), batch_size=len(inputs[0]), verbose=0))

    def pack(self, model, inputs):
        """The inputs in the structure that the model takes."""
        return one_or_list(inputs)

    def reset_states(self, model):
        """Sets the states of stateful layers to zero."""
        for _, layer in self.graph_layers(model):
            if getattr(layer, 'stateful', False) and hasattr(layer, 'reset_states'):
                layer.reset_states()


class GraphKeras(Generation):
    """Keras 1.x and multi-backend Keras 2.x: symbolic graphs on TensorFlow 1 or Theano."""

    def __init__(self, keras):
        super(GraphKeras, self).__init__(keras)
        for module in ('backend', 'models', 'optimizers', 'engine.topology', 'engine'):
            with contextlib.suppress(ImportError):
                importlib.import_module('keras.' + module)
        self.major = int(self.version.split('.')[0])
        self._keep_names()
        if self.backend() == 'theano':
            importlib.import_module('theano.ifelse')
        elif self.backend() == 'tensorflow':
            self._order_assignments()
            self._keep_double()

    def _keep_names(self):
        """Gives a nested Sequential the name that its graph has for it, which Keras before 2.2.3 forgets."""
        where = 'keras.utils.layer_utils' if self.major == 1 else 'keras.layers'
        module = importlib.import_module(where)
        name = 'layer_from_config' if self.major == 1 else 'deserialize'
        setattr(module, name, with_names(getattr(module, name)))

    def _order_assignments(self):
        """Makes TensorFlow assign new weights only after all gradients are computed."""
        tf = importlib.import_module('tensorflow')
        optimizer = self.keras.optimizers.Optimizer
        unordered = optimizer.get_gradients

        def ordered(this, loss, params):
            gradients = unordered(this, loss, params)
            with tf.control_dependencies(gradients):
                return [tf.identity(gradient) for gradient in gradients]

        optimizer.get_gradients = ordered

    def _keep_double(self):
        """Takes out of the TensorFlow backend what turns float64 into float32."""
        backend = importlib.import_module('keras.backend.tensorflow_backend')
        for name in ('_preprocess_conv2d_input', '_preprocess_conv3d_input',
                     '_preprocess_conv2d_kernel', '_preprocess_conv3d_kernel', 'conv1d'):
            if hasattr(backend, name):
                setattr(backend, name, without_casts(backend, name))
        if hasattr(backend, '_fused_normalize_batch_in_training'):
            backend._fused_normalize_batch_in_training = where_double(
                backend, backend._regular_normalize_batch_in_training, backend._fused_normalize_batch_in_training)
            self.keras.backend.batch_normalization = where_double(
                backend, unfused_batch_normalization(backend), backend.batch_normalization)
            self.keras.backend.cast = where_double(backend, uncast(backend), backend.cast)

    def graph_of(self, layer):
        if not isinstance(layer, self.model_class()):
            return None
        if type(layer).__name__ == 'Sequential' and not layer.built:
            layer.build()
        inner = getattr(layer, 'model', None)
        return layer if inner is None else inner

    def ranks_of(self, layer):
        graph = self.graph_of(layer)
        return None if graph is None else call_ranks(graph)

    def model_class(self):
        module = importlib.import_module('keras.engine.topology')
        for name in ('Container', 'Network'):
            if hasattr(module, name):
                return getattr(module, name)
        return importlib.import_module('keras.engine.network').Network

    def from_json(self, text, custom_objects):
        self.number_from_one()
        return super(GraphKeras, self).from_json(text, custom_objects)

    def number_from_one(self):
        """New layers get the numbers that a new process gives them: a nested Sequential may have no other name."""
        for module in (self.keras.backend, importlib.import_module('keras.backend.common')):
            if hasattr(module, 'reset_uids'):
                module.reset_uids()
                return

    def load(self, path, weights, custom_objects):
        self.number_from_one()
        if weights is None and self.major == 1:
            return self.keras.models.load_model(path, custom_objects or {})
        return super(GraphKeras, self).load(path, weights, custom_objects)

    def compile(self, model, spec):
        optimizers = self.keras.optimizers
        optimizer = spec['optimizer']
        if self.major == 1 and isinstance(optimizer, dict):
            optimizer = getattr(optimizers, optimizer['class_name'])(**optimizer['config'])
        model.compile(optimizer=optimizers.get(optimizer), loss=spec['loss'])

    def image_order(self):
        backend = self.keras.backend
        return backend.image_dim_ordering() if self.major == 1 else backend.image_data_format()

    def constraints(self, layer):
        if self.major > 1:
            return super(GraphKeras, self).constraints(layer)
        of = {id(weight): constraint for weight, constraint in getattr(layer, 'constraints', {}).items()}
        return [of.get(id(weight)) for weight in layer.weights]

    def constrain(self, constraint, value):
        """The value after its constraint."""
        backend = self.keras.backend
        return np.asarray(backend.eval(constraint(backend.variable(value))))

    def predict(self, model, inputs):
        return as_list(model.predict(one_or_list(inputs), batch_size=len(inputs[0]), verbose=0))

    def reset_states(self, model):
        model.reset_states()

    def trace(self, model, inputs):
        """(outputs, layer call name to array): the graph is built once more and all fetched at once."""
        backend = self.keras.backend
        graph = self.graph_of(model)
        trace = Trace(model, self.ranks_of)
        places = [backend.placeholder(shape=self.shape(t), dtype=backend.dtype(t)) for t in model.inputs]
        spied = self._spy(model, trace)
        try:
            with trace.top():
                arguments = [one_or_list(places)] + ([None] if self.major == 1 else [])
                outputs = as_list(graph.call(*arguments))
        finally:
            for layer in spied:
                del layer.call
        values = self._fetch(places, inputs, outputs + list(trace.outputs.values()))
        return values[:len(outputs)], OrderedDict(zip(trace.outputs, values[len(outputs):]))

    def _fetch(self, places, inputs, tensors):
        """The values of tensors; a tensor that is an input has the input's value."""
        given = {id(place): value for place, value in zip(places, inputs)}
        computed = [tensor for tensor in tensors if id(tensor) not in given]
        function = self.keras.backend.function(places + [self.keras.backend.learning_phase()], computed)
        values = iter(function(list(inputs) + [0]) if computed else [])
        return [np.asarray(given[id(tensor)] if id(tensor) in given else next(values)) for tensor in tensors]

    def shape(self, tensor):
        """The shape of a symbolic tensor; None for an open axis."""
        return getattr(tensor, '_keras_shape', None) or self.keras.backend.int_shape(tensor)

    def _spy(self, model, trace):
        """Wraps `call` of every layer of the graph; gives the layers that were wrapped."""
        wrapped, open_models = [], [model]
        while open_models:
            for layer in self.graph_of(open_models.pop()).layers:
                if type(layer).__name__ == 'InputLayer' or 'call' in layer.__dict__:
                    continue
                layer.call = self._spied(layer, trace)
                wrapped.append(layer)
                if self.graph_of(layer) is not None:
                    open_models.append(layer)
        return wrapped

    @staticmethod
    def _spied(layer, trace):
        plain_call = layer.call

        @functools.wraps(plain_call)
        def call(*args, **kwargs):
            return trace.run(layer, plain_call, args, kwargs)

        return call

    @contextlib.contextmanager
    def double(self):
        """Within it, models are built in float64."""
        self._set_floatx('float64')
        try:
            yield
        finally:
            self._set_floatx('float32')

    def _set_floatx(self, floatx):
        self.keras.backend.set_floatx(floatx)
        if self.backend() == 'theano':
            importlib.import_module('theano').config.floatX = floatx


class EagerKeras(Generation):
    """tf.keras 2.x and Keras 3: layers run on values."""

    def shape(self, tensor):
        """The shape of a symbolic tensor; None for an open axis."""
        return tuple(tensor.shape)

    def trace(self, model, inputs):
        """(outputs, layer call name to array) of one eager run."""
        trace = Trace(model, self.ranks_of)
        base = self.call_class()
        plain_call = base.__call__

        @functools.wraps(plain_call)
        def spied(layer, *args, **kwargs):
            return trace.run(layer, functools.partial(plain_call, layer), args, kwargs)

        base.__call__ = spied
        try:
            outputs = model(self.pack(model, [self.tensor(a) for a in inputs]), training=False)
        finally:
            base.__call__ = plain_call
        arrays = OrderedDict((name, self.array(t)) for name, t in trace.outputs.items())
        return [self.array(t) for t in as_list(outputs)], arrays

    def constrain(self, constraint, value):
        """The value after its constraint."""
        return self.array(constraint(self.tensor(value)))


class TfKeras(EagerKeras):
    """tf.keras 2.x and tf-keras."""

    def __init__(self, keras):
        super(TfKeras, self).__init__(keras)
        self.tf = importlib.import_module('tensorflow')

    def backend(self):
        return 'tensorflow'

    def call_class(self):
        """The class whose `__call__` every layer call goes through."""
        return self.keras.layers.Layer

    def pack(self, model, inputs):
        return packed(getattr(model, '_nested_inputs', model.inputs), iter(inputs))

    def tensor(self, array):
        """An array as a tensor of the same type."""
        return self.tf.constant(array)

    def array(self, tensor):
        """A tensor as an array."""
        return np.asarray(tensor)

    @contextlib.contextmanager
    def double(self):
        """Within it, models are built in float64."""
        self._set_float('float64')
        try:
            yield
        finally:
            self._set_float('float32')

    def _set_float(self, floatx):
        self.keras.backend.set_floatx(floatx)
        mixed_precision = self.keras.mixed_precision
        if hasattr(mixed_precision, 'set_global_policy'):
            mixed_precision.set_global_policy(floatx)


class Keras3(EagerKeras):
    """Keras 3 on TensorFlow, JAX, torch or NumPy."""

    def call_class(self):
        """The class whose `__call__` every layer call and graph operation goes through."""
        if hasattr(self.keras, 'Operation'):
            return self.keras.Operation
        return importlib.import_module('keras.src.ops.operation').Operation

    def model_class(self):
        return self.keras.Model

    def number_from_one(self):
        self.keras.utils.clear_session()

    def image_order(self):
        return self.keras.config.image_data_format()

    def epsilon(self):
        return float(self.keras.config.epsilon())

    def is_double(self):
        return self.keras.config.floatx() == 'float64'

    def pack(self, model, inputs):
        graph = self.graph_of(model)
        return packed(getattr(graph, '_inputs_struct', graph.inputs), iter(inputs))

    def tensor(self, array):
        """An array as a tensor of the same type."""
        return self.keras.ops.convert_to_tensor(array)

    def array(self, tensor):
        """A tensor as an array."""
        return np.asarray(self.keras.ops.convert_to_numpy(tensor))

    def reset_states(self, model):
        for _, layer in self.graph_layers(model):
            if getattr(layer, 'stateful', False) and hasattr(layer, 'reset_state'):
                layer.reset_state()

    def train_step(self, model, batch):
        model.reset_metrics()
        return super(Keras3, self).train_step(model, batch)

    @contextlib.contextmanager
    def double(self):
        """Within it, models are built in float64, and type promotion leaves float64 alone."""
        dtypes = importlib.import_module('keras.src.backend.common.dtypes')
        table = getattr(dtypes, 'BIT64_TO_BIT32_DTYPE', {})
        narrowed = table.get('float64')
        table['float64'] = 'float64'
        self._set_float('float64')
        try:
            yield
        finally:
            self._set_float('float32')
            if narrowed is not None:
                table['float64'] = narrowed

    def _set_float(self, floatx):
        config = self.keras.config
        config.set_floatx(floatx)
        if hasattr(config, 'set_dtype_policy'):
            config.set_dtype_policy(floatx)
        else:
            self.keras.mixed_precision.set_dtype_policy(floatx)


def with_names(deserialize):
    """A deserialiser that gives the layer the name beside its config."""
    @functools.wraps(deserialize)
    def named(config, *args, **kwargs):
        layer = deserialize(config, *args, **kwargs)
        if isinstance(config, dict) and config.get('name') and 'class_name' in config:
            layer.name = config['name']
        return layer

    return named


def without_casts(backend, name):
    """A function of the TensorFlow backend (Keras before 2.2) that no longer sees that a tensor is float64."""
    casting = getattr(backend, name)

    @functools.wraps(casting)
    def uncasting(*args, **kwargs):
        dtype = backend.dtype
        backend.dtype = lambda tensor: 'float32'
        try:
            return casting(*args, **kwargs)
        finally:
            backend.dtype = dtype

    return uncasting


def where_double(backend, double, single_precision):
    """A backend function that is `double` where its first argument is float64."""
    @functools.wraps(single_precision)
    def chosen(x, *args, **kwargs):
        function = double if backend.dtype(x) == 'float64' else single_precision
        return function(x, *args, **kwargs)

    return chosen


def uncast(backend):
    """`cast` that leaves float64 as it is where float32 is asked for (Keras 2.3 does so in BatchNormalization)."""
    cast = backend.cast
    return lambda x, dtype: x if dtype == 'float32' else cast(x, dtype)


def unfused_batch_normalization(backend):
    """`batch_normalization` of Keras 2 on TensorFlow without the fused kernel, which has no float64."""
    def batch_normalization(x, mean, var, beta, gamma, axis=-1, epsilon=1e-3):
        shape = [1] * backend.ndim(x)
        shape[axis] = -1
        mean, var, beta, gamma = [None if t is None else backend.reshape(t, shape)
                                  for t in (mean, var, beta, gamma)]
        return backend.tf.nn.batch_normalization(x, mean, var, beta, gamma, epsilon)

    return batch_normalization


def find_generation(name=None):
    """The Keras to record with; `name` is its module, by default `keras`, else `tensorflow.keras`."""
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    os.environ.setdefault('JAX_ENABLE_X64', '1')
    keras = import_keras(name)
    version = tuple(int(part) for part in re.findall(r'\d+', version_of(keras))[:2])
    if version >= (3,):
        return Keras3(keras)
    if version >= (2, 4) or keras.__name__ != 'keras':
        return TfKeras(keras)
    return GraphKeras(keras)


def version_of(keras):
    """The version of a Keras module; tf.keras of some releases does not tell its own."""
    if hasattr(keras, '__version__'):
        return keras.__version__
    return importlib.import_module('keras').__version__


def import_keras(name):
    """The module of that name, or the first Keras there is."""
    for candidate in [name] if name else ['keras', 'tensorflow.keras']:
        try:
            keras = importlib.import_module(candidate.split('.')[0])
        except ImportError:
            continue
        wraps_tensorflow = not name and re.match(r'2\.([4-9]|\d\d)', keras.__version__)
        if candidate == 'tensorflow.keras' or wraps_tensorflow:
            return importlib.import_module('tensorflow').keras
        return keras
    raise RecordingError('%s: not installed, wanted a Keras to record with' % (name or 'keras'))


# ---------------------------------------------------------------------------
# Values


def one_or_list(values):
    """The only value, or the list."""
    return values[0] if len(values) == 1 else list(values)


def is_float(array):
    """Whether an array holds floating-point numbers."""
    return array.dtype.kind == 'f'


def doubled(array):
    """The array in float64, integers as they are."""
    return array.astype('float64') if is_float(array) else array


def nudged(array):
    """The array in float64, but no longer in float32 numbers; integers as they are."""
    return doubled(array) * NUDGE if is_float(array) else array


def single(array):
    """The array in float32, integers as they are."""
    return array.astype('float32') if is_float(array) else array


def doubled_batch(batch):
    """A training batch in float64."""
    return {key: doubled(value) if key == 'sample_weight' else [doubled(a) for a in value]
            for key, value in batch.items()}


def with_float64(value, in_dtype=False):
    """A model's JSON with every float32 in a dtype made float64."""
    if isinstance(value, dict):
        return {key: with_float64(item, in_dtype or key in ('dtype', 'input_dtype'))
                for key, item in value.items()}
    if isinstance(value, list):
        return [with_float64(item, in_dtype) for item in value]
    return 'float64' if in_dtype and value == 'float32' else value


def plain(value):
    """A config with NumPy numbers made Python numbers."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, (np.generic, np.ndarray)) else value


def plain_loss(loss):
    """A loss as plain data: its name, its config, or a list or dict of them."""
    if isinstance(loss, dict):
        return {key: plain_loss(item) for key, item in loss.items()}
    if isinstance(loss, (list, tuple)):
        return [plain_loss(item) for item in loss]
    if hasattr(loss, 'get_config'):
        return {'class_name': type(loss).__name__, 'config': plain(loss.get_config())}
    return getattr(loss, '__name__', loss)


def is_own_rounding(array):
    """Whether every finite number of a float64 array is a float32 number."""
    finite = array[np.isfinite(array)]
    with np.errstate(over='ignore'):
        return bool((finite.astype('float32') == finite).all())


# ---------------------------------------------------------------------------
# Inputs that make mistakes visible


def default_inputs(generation, model, batch, seed):
    """Inputs for every input of the model, drawn with the seed.

    Three times a standard normal; where an Embedding reads the input, integers
    that cover all its indices (the batch grows until they do). In front of a
    Masking or mask_zero layer the last two steps of the first row and one step
    in the middle of the second are masked.
    """
    rng = np.random.RandomState(seed)
    shapes = [input_shape(generation, tensor) for tensor in as_list(model.inputs)]
    readers = [reader_configs(generation, model, k) for k in range(len(shapes))]
    vocabularies = [[r['input_dim'] for r in configs if 'input_dim' in r] for configs in readers]
    for shape, sizes in zip(shapes, vocabularies):
        if sizes:
            batch = max(batch, -(-(max(sizes) + MASKED_STEPS) // int(np.prod(shape[1:]))))
    inputs = []
    for tensor, shape, configs, sizes in zip(as_list(model.inputs), shapes, readers, vocabularies):
        shape = tuple([shape[0] or batch] + shape[1:])
        if sizes:
            values = draw_indices(rng, shape, min(sizes), configs)
        else:
            values = mask_steps(rng.standard_normal(shape) * 3, configs)
        inputs.append(values.astype(input_dtype(generation, tensor)))
    return inputs


def draw_indices(rng, shape, vocabulary, configs):
    """Indices below `vocabulary`, all of them where they fit, and masked steps."""
    values = mask_steps(np.full(shape, -1), configs)
    free = values < 0
    values[free] = rng.permutation(np.resize(np.arange(vocabulary), free.sum()))
    return values


def input_shape(generation, tensor):
    """The shape of a model input with open axes (not the batch) filled in."""
    shape = generation.shape(tensor)
    return [shape[0]] + [DEFAULT_LENGTH if size is None else int(size) for size in shape[1:]]


def input_dtype(generation, tensor):
    """float32 or int32, as the model input has it."""
    dtype = getattr(tensor, 'dtype', 'float32')
    name = dtype if isinstance(dtype, str) else getattr(dtype, 'name', str(dtype))
    return 'int32' if 'int' in name else 'float32'


def reader_configs(generation, model, index):
    """The configs of the Embedding and Masking layers that read a model input."""
    graph = generation.graph_of(model)
    tensor = as_list(graph.inputs)[index]
    configs = []
    for node in nodes_of(graph):
        if not any(source is tensor for source in as_list(getattr(node, 'input_tensors', []))):
            continue
        layer = layer_of(node)
        inner = generation.graph_of(layer)
        if inner is not None and len(as_list(inner.inputs)) == 1:
            configs += reader_configs(generation, layer, 0)
        elif type(layer).__name__ in ('Embedding', 'Masking'):
            configs.append(layer.get_config())
    return configs


def mask_steps(values, configs):
    """Masks some steps where a layer that masks reads these values."""
    for config in configs:
        masked = config.get('mask_value', 0 if config.get('mask_zero') else None)
        if masked is not None and values.ndim >= 2 and values.shape[1] > 3:
            values[0, -2:] = masked
            values[1 % len(values), values.shape[1] // 2] = masked
    return values


def default_batch(generation, model, inputs, spec, seed):
    """A batch to train on: the inputs, and targets that suit the loss."""
    rng = np.random.RandomState(seed + 1)
    losses = as_list(spec['loss'])
    targets = []
    for k, output in enumerate(generation.predict(model, inputs)):
        loss = losses[k] if k < len(losses) else losses[0]
        name = loss if isinstance(loss, str) else json.dumps(loss)
        if 'categorical' in name.lower():
            classes = rng.randint(0, output.shape[-1], output.shape[:-1])
            targets.append(classes if 'sparse' in name.lower() else np.eye(output.shape[-1])[classes])
        elif 'binary' in name.lower():
            targets.append(rng.randint(0, 2, output.shape))
        else:
            targets.append(rng.standard_normal(output.shape))
    return {'x': inputs, 'y': [target.astype('float32') for target in targets]}


def read_inputs(path):
    """(inputs or None, training batch or None) of an archive."""
    try:
        with np.load(path) as archive:
            arrays = {name: single(archive[name]) for name in archive.files}
    except (ValueError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise RecordingError('%s: not an .npz archive of plain arrays (%s)' % (path, one_line(error)))
    groups = {'inputs': [], 'train/x': [], 'train/y': []}
    for name in sorted(arrays, key=lambda n: (len(n), n)):
        group = name.rpartition('/')[0]
        if group in groups:
            groups[group].append(arrays[name])
        elif name != 'train/sample_weight':
            raise RecordingError('%s: member %s, wanted inputs/<k>, train/x/<k>, train/y/<k> '
                                 'or train/sample_weight' % (path, name))
    batch = {'x': groups['train/x'], 'y': groups['train/y']} if groups['train/y'] else None
    if batch and 'train/sample_weight' in arrays:
        batch['sample_weight'] = arrays['train/sample_weight']
    return groups['inputs'] or None, batch


# ---------------------------------------------------------------------------
# Recording


class Recording(object):
    """The entries of one reference, as they come in."""

    def __init__(self, generation, model, custom_objects):
        self.generation = generation
        self.model = model
        self.custom_objects = custom_objects
        self.arrays = OrderedDict()
        self.missing = []
        self.notes = []

    def leave_out(self, part, reason):
        """Names a part that is not in the bundle."""
        self.missing.append({'part': part, 'reason': reason})

    @contextlib.contextmanager
    def attempt(self, part):
        """Turns what Keras cannot do into an entry of `missing`."""
        try:
            yield
        except RecordingError:
            raise
        except Exception as error:  # Keras and its backends raise whatever they like
            self.leave_out(part, one_line(error))

    def inference(self, inputs):
        """Outputs, layer calls and weights in float32."""
        generation, model = self.generation, self.model
        self._put('inputs', inputs)
        generation.reset_states(model)
        try:
            outputs = generation.predict(model, inputs)
        except Exception as error:  # Keras and its backends raise whatever they like
            raise RecordingError('%s: Keras cannot run it: %s' % (model.name, one_line(error)))
        self._put('outputs', [single(a) for a in outputs])
        with self.attempt('layers'):
            generation.reset_states(model)
            _, calls = generation.trace(model, inputs)
            for name, value in calls.items():
                self.arrays['layers/' + name] = single(value)
                self._note_saturation('layers/' + name, value)
        generation.reset_states(model)
        for name, value in generation.weights(model).items():
            self.arrays['weights/' + name] = single(value)

    def constrained(self):
        """Every constrained weight after one application of its constraint."""
        for path, layer in self.generation.graph_layers(self.model):
            values = layer.get_weights()
            for i, constraint in enumerate(self.generation.constraints(layer)):
                if constraint is not None:
                    entry = 'constrained/%s/%d' % (path, i)
                    with self.attempt(entry):
                        self.arrays[entry] = single(self.generation.constrain(constraint, values[i]))

    def inference64(self, inputs):
        """Outputs and layer calls of the same graph in float64."""
        generation = self.generation
        with self.attempt('layers64'), generation.double():
            model = generation.rebuild(self.model, self.custom_objects)
            outputs, calls = generation.trace(model, [doubled(a) for a in inputs])
            generation.nudge_weights(model)
            _, nudged_calls = generation.trace(model, [nudged(a) for a in inputs])
            reason = another_function(self.arrays, calls)
            if reason:
                self.leave_out('layers64', reason)
            elif self._put_double(calls, nudged_calls):
                self._put('outputs64', outputs)
        if not any(name.startswith('outputs64/') for name in self.arrays):
            self.leave_out('outputs64', 'a layer could not be computed in float64')

    def _put_double(self, calls, nudged_calls):
        """Keeps the layer calls that really are float64; tells whether all are."""
        every = True
        for name, value in calls.items():
            reason = not_double(value, nudged_calls[name])
            if reason:
                every = False
                self.leave_out('layers64/' + name, reason)
            else:
                self.arrays['layers64/' + name] = value
        return every

    def training(self, steps, batch, spec):
        """The weights after each optimizer step, in float32 and float64."""
        entries = entries64 = None
        with self.attempt('train'):
            entries = self._steps('train', steps, batch, spec)
        if entries is None:
            self.leave_out('train64', 'there are no float32 steps to compare with')
            return
        with self.attempt('train64'), self.generation.double():
            entries64 = self._steps('train64', steps, doubled_batch(batch), spec)
        reason = entries64 and (disagreement(entries, entries64) or false_double(entries64, self.arrays))
        if reason:
            self.leave_out('train', reason)
            self.leave_out('train64', reason)
            return
        self._put('train/x', batch['x'])
        self._put('train/y', batch['y'])
        if 'sample_weight' in batch:
            self.arrays['train/sample_weight'] = batch['sample_weight']
        self.arrays.update(entries)
        self.arrays.update(entries64 or {})

    def _steps(self, part, steps, batch, spec):
        generation = self.generation
        model = generation.rebuild(self.model, self.custom_objects)
        generation.compile(model, spec)
        entries = OrderedDict()
        for step in range(1, steps + 1):
            loss = generation.train_step(model, batch)
            entries['%s/%d/loss' % (part, step)] = np.array(loss, 'float64' if part == 'train64' else 'float32')
            for name, value in generation.weights(model).items():
                entries['%s/%d/weights/%s' % (part, step, name)] = value
        return entries

    def _put(self, group, values):
        for k, value in enumerate(values):
            self.arrays['%s/%d' % (group, k)] = value

    def _note_saturation(self, name, value):
        if not is_float(value) or value.size == 0:
            return
        unit = 2.0 ** -24
        if np.mean(np.abs(value) <= unit) > 0.9 or np.mean(np.abs(value - 1) <= unit) > 0.9:
            self.notes.append('%s: more than 90 %% of it is 0 or 1, so it shows few mistakes' % name)


def another_function(arrays, calls):
    """Why the float64 graph is not the float32 graph (another layer order, lost weights); None where it is."""
    for name, value in calls.items():
        single_value = arrays.get('layers/' + name)
        if single_value is None or single_value.shape != value.shape:
            return '%s: the float64 graph has another shape or no such call' % name
        if is_float(value) and value.size:
            scale = np.abs(value[np.isfinite(value)]).max() if np.isfinite(value).any() else 0
            with np.errstate(invalid='ignore'):
                apart = np.abs(value - single_value) > DOUBLE_AGREEMENT * scale
            if apart.any():
                return '%s: float32 and float64 differ by more than 1e-2 of the largest entry' % name
    return None


def not_double(value, nudged_value):
    """Why a tensor of the float64 graph is not float64; None where it is.

    `nudged_value` is the same tensor computed from inputs and weights that are
    no float32 numbers: it can only consist of such numbers if Keras rounded it
    to float32 on the way, or if it is saturated.
    """
    if not is_float(value) or value.size == 0:
        return None
    if value.dtype != np.float64:
        return 'Keras computes it in %s' % value.dtype
    if is_own_rounding(nudged_value) and not np.isin(nudged_value, SATURATED).all():
        return 'Keras computes it in float32 and calls it float64'
    return None


def disagreement(entries, entries64):
    """Why float32 and float64 training are not the same steps; None where they are."""
    for name, value in entries.items():
        exact = entries64['train64' + name[len('train'):]]
        limit = TRAINING_AGREEMENT * max(np.abs(exact).max(), 1e-30) if exact.size else 0
        if exact.size and not np.abs(value - exact).max() <= limit:
            return ('%s: float32 and float64 differ by %.3g of the largest entry, wanted 1e-6 or less'
                    % (name, np.abs(value - exact).max() / np.abs(exact).max()))
    return None


def false_double(entries64, start):
    """Why float64 training is not float64; None where it is."""
    for name, value in entries64.items():
        if '/weights/' not in name or not is_float(value):
            continue
        if value.dtype != np.float64:
            return '%s: Keras keeps it in %s' % (name, value.dtype)
        before = start['weights/' + name.partition('/weights/')[2]].astype('float64')
        changed = value[(value != before) & (value != 0)]
        if changed.size > 1 and is_own_rounding(changed):
            return '%s: Keras computes it in float32 and calls it float64' % name
    return None


def record(model_path, output=None, weights=None, inputs=None, batch=2, seed=0, train=None,
           custom_objects=None, keras=None):
    """Writes the reference of a model file and returns its meta.json as a dict.

    `inputs` is a list of arrays; `train` is {'steps': n} with, optionally, 'x',
    'y' (lists of arrays), 'sample_weight', 'optimizer' and 'loss'.
    """
    generation = keras if isinstance(keras, Generation) else find_generation(keras)
    model = load_checked(generation, model_path, weights, custom_objects)
    recording = Recording(generation, model, custom_objects)
    if inputs is None:
        inputs = default_inputs(generation, model, batch, seed)
    check_inputs(generation, model, inputs)
    inputs = [single(np.ascontiguousarray(a)) for a in inputs]
    recording.inference(inputs)
    recording.constrained()
    meta = describe(generation, model_path, weights, seed)
    if train:
        spec, given = training_spec(generation, model, train)
        if given:
            meta['train'] = spec
        recording.training(train['steps'], training_batch(generation, model, inputs, train, spec, seed), spec)
    recording.inference64(inputs)
    meta['missing'] = recording.missing
    meta['notes'] = recording.notes
    output = output or default_output(model_path)
    try:
        write_bundle(output, recording.arrays, meta)
    except OSError as error:
        raise RecordingError('%s: cannot be written: %s' % (output, error.strerror))
    return meta


def check_inputs(generation, model, inputs):
    """A RecordingError where the inputs do not fit the model."""
    wanted = [generation.shape(tensor) for tensor in as_list(model.inputs)]
    if len(inputs) != len(wanted):
        raise RecordingError('%s: %d inputs, wanted %d' % (model.name, len(inputs), len(wanted)))
    for k, (value, shape) in enumerate(zip(inputs, wanted)):
        fits = len(value.shape) == len(shape) and all(s in (None, v) for v, s in zip(value.shape, shape))
        if not fits:
            raise RecordingError('inputs/%d: shape %s, wanted %s (None for any size)' % (k, value.shape, tuple(shape)))
        if len(value) != len(inputs[0]):
            raise RecordingError('inputs/%d: %d rows, wanted as many as inputs/0, %d'
                                 % (k, len(value), len(inputs[0])))


def load_checked(generation, path, weights, custom_objects):
    """The model of a file; a RecordingError where there is none."""
    if not os.path.exists(path):
        raise RecordingError('%s: no such file' % path)
    if weights is None and path.endswith('.json'):
        weights = os.path.splitext(path)[0] + '.weights.h5'
    if weights is not None and not os.path.exists(weights):
        raise RecordingError('%s: no such file, wanted the weights of %s' % (weights, path))
    try:
        return generation.load(path, weights, custom_objects)
    except Exception as error:  # Keras raises whatever it likes
        raise RecordingError('%s: Keras %s cannot load it: %s' % (path, generation.version, one_line(error)))


def training_spec(generation, model, train):
    """(optimizer and loss, whether the caller gave them)."""
    spec = generation.compile_spec(model)
    if spec is not None:
        return spec, False
    if not train.get('optimizer') or not train.get('loss'):
        raise RecordingError('the model file holds no optimizer and loss, wanted both to train')
    return {'optimizer': train['optimizer'], 'loss': train['loss']}, True


def training_batch(generation, model, inputs, train, spec, seed):
    """The given batch, or one drawn with the seed."""
    if train.get('y') is None:
        return default_batch(generation, model, inputs, spec, seed)
    batch = {'x': [single(np.asarray(a)) for a in train.get('x') or inputs],
             'y': [single(np.asarray(a)) for a in train['y']]}
    if train.get('sample_weight') is not None:
        batch['sample_weight'] = single(np.asarray(train['sample_weight']))
    return batch


def sha256(path):
    """The hash of a file."""
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def describe(generation, model_path, weights, seed):
    """The part of meta.json that says where the numbers come from."""
    if weights is None and model_path.endswith('.json'):
        weights = os.path.splitext(model_path)[0] + '.weights.h5'
    meta = OrderedDict([
        ('format', FORMAT), ('version', VERSION),
        ('keras', generation.version), ('backend', generation.backend()),
        ('image_order', generation.image_order()),
        ('python', platform.python_version()), ('numpy', np.__version__),
        ('seed', seed), ('epsilon', generation.epsilon()),
        ('model_sha256', sha256(model_path))])
    if weights is not None:
        meta['weights_sha256'] = sha256(weights)
    return meta


def default_output(model_path):
    """`<stem>.ref.npz` beside the model."""
    return os.path.splitext(model_path)[0] + '.ref.npz'


def write_bundle(path, arrays, meta):
    """Writes the archive; the same content gives the same bytes."""
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        write_member(archive, 'meta.json', (json.dumps(meta, indent=1) + '\n').encode('utf-8'))
        for name, value in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(value, order='C'), allow_pickle=False)
            write_member(archive, name + '.npy', content.getvalue())


def write_member(archive, name, content):
    """One deflated member with the zip format's earliest date."""
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)


# ---------------------------------------------------------------------------
# Command line


def name_or_json(text):
    """A name, or the JSON of a serialised object."""
    return json.loads(text) if text.lstrip().startswith(('{', '[')) else text


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description='Writes what Keras computes for a model file into a reference bundle for kerasproof.',
        epilog='The top of this file says what the bundle holds.')
    parser.add_argument('model', help='.h5, .keras or .json file')
    parser.add_argument('--weights', help='weights .h5 of a .json model (default: <stem>.weights.h5)')
    parser.add_argument('--output', help='where to write (default: <stem>.ref.npz beside the model)')
    parser.add_argument('--inputs', help='.npz with inputs/<k>, train/x/<k>, train/y/<k>, train/sample_weight')
    parser.add_argument('--batch', type=int, default=2, help='rows of the drawn inputs (default: 2)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the drawn inputs (default: 0)')
    parser.add_argument('--train-steps', type=int, default=0, help='optimizer steps to record (default: none)')
    parser.add_argument('--optimizer', type=name_or_json, help='name or JSON, where the file has none')
    parser.add_argument('--loss', type=name_or_json, help='name or JSON, where the file has none')
    parser.add_argument('--keras', help='module of the Keras to use, such as tf_keras')
    return parser.parse_args()


def main():
    """Records one model; returns the exit code."""
    options = arguments()
    try:
        inputs, batch = read_inputs(options.inputs) if options.inputs else (None, None)
        train = None
        if options.train_steps:
            train = dict(batch or {}, steps=options.train_steps,
                         optimizer=options.optimizer, loss=options.loss)
        meta = record(options.model, options.output, options.weights, inputs, options.batch,
                      options.seed, train, keras=options.keras)
    except RecordingError as error:
        print('kerasproof_record: %s' % error, file=sys.stderr)
        return 1
    print('%s: recorded with Keras %s on %s' % (options.output or default_output(options.model),
                                                meta['keras'], meta['backend']))
    for item in meta['missing']:
        print('  missing %s: %s' % (item['part'], item['reason']))
    for note in meta['notes']:
        print('  note %s' % note)
    return 0


if __name__ == '__main__':
    sys.exit(main())
