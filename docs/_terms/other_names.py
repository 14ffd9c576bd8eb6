"""Other names of the terms, which a reader may type into the search. The value is the name in the glossary."""

CHINESE = {
    **{"二分类": "二元分类", "二分分类": "二元分类", "轨迹": "追踪", "那朵花": "花形数据"},
    **{"训练样例": "训练样本", "测试样本": "测试集", "逻辑回归": "Logistic 回归", "偏置": "偏差"},
    **{"代价函数": "成本函数", "目标函数": "成本函数", "对数损失": "交叉熵", "学习率": "学习速率"},
    **{"微分": "导数", "计算流程图": "计算图", "流程图": "计算图", "前向传播": "正向传播", "前向传递": "正向传播"},
    **{"反向传递": "反向传播", "后向传播": "反向传播", "链式求导": "链式法则", "矢量化": "向量化"},
    **{"隐藏层": "隐层", "隐含层": "隐层", "激励函数": "激活函数", "维度": "维数", "矩阵维度": "维数"},
    **{"深度神经网络": "深层神经网络", "深度网络": "深层神经网络", "过度拟合": "过拟合"},
}
"""The texts of the project use only the names of the notes, or those of the glossary where the notes have several."""
ALSO = {"神经元": "单元"}
"""A name that texts use beside the name in the glossary."""
ENGLISH = {
    **{"log loss": "cross-entropy", "intercept": "bias"},
    **{"forward pass": "forward propagation", "backward pass": "backward propagation"},
    **{"backpropagation": "backward propagation", "backprop": "backward propagation"},
    **{"computational graph": "computation graph", "matrix multiplication": "matrix product", "neuron": "unit"},
    **{"initialise": "random initialization", "initialize": "random initialization"},
    **{"shape": "dimension", "deep network": "deep neural network", "overfit": "overfitting"},
}
OF_PAGES = {
    "guides/average": ("why divide by m", "divide by m", "why 1/m", "为什么除以m", "为什么除以 m", "为什么要除以m"),
    "guides/data": ("cat dataset", "cats", "cat pictures", "猫", "猫的图片", "猫数据集"),
}
"""Page -> what a reader types who looks for this page, and not for a term."""
